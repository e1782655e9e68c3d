<?php

declare(strict_types=1);

namespace Linecard;

/**
 * The servers that the test cases of this process share.
 *
 * @internal
 */
final class Servers
{
    /** @var array<string, Panel> */
    private static array $running = [];

    /** @param array<string, mixed> $options */
    public static function of(array $options): Panel
    {
        $attached = getenv('LINECARD_CONTROL_URL') ?: null;
        $key = $attached ?? json_encode($options, JSON_THROW_ON_ERROR);
        return self::$running[$key] ??= $attached === null ? Panel::start(...$options) : Panel::attach();
    }
}
