<?php

declare(strict_types=1);

namespace Linecard;

/**
 * Writes PHP's own times as the control plane reads them.
 *
 * @internal
 */
final class Times
{
    /** An instant as text or Unix seconds. */
    public static function instant(string|int|\DateTimeInterface $at): string|int
    {
        return $at instanceof \DateTimeInterface ? gmdate('Y-m-d\TH:i:s\Z', $at->getTimestamp()) : $at;
    }

    /** A duration as ISO 8601 text. */
    public static function duration(string|\DateInterval $by): string
    {
        if (is_string($by)) {
            return $by;
        }
        $parts = [$by->y, $by->m, $by->d, $by->h, $by->i, $by->s];
        // `3 days ago` is an interval of negative parts, and not an inverted one.
        $negative = min($parts) < 0;
        if ($by->f != 0 || ($negative && max($parts) > 0)) {
            throw new \InvalidArgumentException(
                'the interval has a fraction of a second or parts of both signs, which the panel\'s clock does not take',
            );
        }
        $sign = $negative === ($by->invert === 1) ? '' : '-';
        return vsprintf("{$sign}P%dY%dM%dDT%dH%dM%dS", array_map(abs(...), $parts));
    }
}
