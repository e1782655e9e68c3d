<?php

declare(strict_types=1);

namespace Linecard;

/** Where the program is: named by the environment, carried by the package, or on the PATH. */
final class Binary
{
    /** Finds the program: `LINECARD_BIN`, then the package's `bin/`, then the PATH. */
    public static function find(): string
    {
        $name = PHP_OS_FAMILY === 'Windows' ? 'linecard.exe' : 'linecard';
        $named = (string) getenv('LINECARD_BIN');
        if ($named !== '') {
            if (is_file($named)) {
                return $named;
            }
            throw new BinaryNotFound("LINECARD_BIN names $named, which is no file; correct it or unset it");
        }
        $folders = array_filter(explode(PATH_SEPARATOR, (string) getenv('PATH')), static fn ($folder) => $folder !== '');
        foreach ([dirname(__DIR__) . '/bin', ...$folders] as $folder) {
            if (is_file("$folder/$name") && is_executable("$folder/$name")) {
                return "$folder/$name";
            }
        }
        throw new BinaryNotFound(
            'there is no linecard to start: set LINECARD_BIN to the program, or put it on the PATH '
            . '(cargo install --path . in a checkout of Linecard)',
        );
    }
}
