<?php

declare(strict_types=1);

namespace Linecard;

/** Not as many requests came as were wanted; the message tells which came close. */
final class NotVerified extends Failure
{
    public readonly string $detail;
    public readonly string $hint;

    /** @param array<string, mixed> $problem The problem document as it came. */
    public function __construct(public readonly array $problem)
    {
        $this->detail = $problem['detail'];
        $this->hint = $problem['hint'];
        parent::__construct(implode("\n", self::story($problem)));
    }

    /**
     * @param array<string, mixed> $problem
     * @return list<string>
     */
    private static function story(array $problem): array
    {
        $shown = static fn (mixed $value): string => json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        $lines = [$problem['detail'], "hint: {$problem['hint']}"];
        foreach ($problem['closest'] ?? [] as $close) {
            $lines[] = "closest: #{$close['seq']} {$close['method']} {$close['url']} ({$close['api']} {$close['action']})";
            foreach ($close['differences'] as $one) {
                $lines[] = "  {$one['member']}: wanted {$shown($one['wanted'])}, got {$shown($one['got'])}";
            }
        }
        return $lines;
    }
}
