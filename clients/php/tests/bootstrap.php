<?php

/** Finds the classes as Composer would, without Composer. */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $file = dirname(__DIR__) . '/src/' . str_replace('\\', '/', substr($class, strlen('Linecard\\'))) . '.php';
    if (str_starts_with($class, 'Linecard\\') && is_file($file)) {
        require $file;
    }
});
