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
     * Tells of suspicious requests that nobody wanted.
     *
     * @param non-empty-list<array<string, mixed>> $unmatched
     */
    public static function ofUnmatched(array $unmatched): self
    {
        $came = count($unmatched) === 1 ? '1 suspicious request came' : count($unmatched) . ' suspicious requests came';
        $hint = 'forgetRequests() forgets those that a test makes on purpose';
        return new self(['detail' => $came, 'hint' => $hint, 'unmatched' => $unmatched]);
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
        foreach ($problem['unmatched'] ?? [] as $odd) {
            $hints = implode('; ', array_column($odd['near_misses'], 'hint')) ?: 'nothing answers there';
            $lines[] = "unmatched: #{$odd['seq']} {$odd['method']} {$odd['url']}: $hints";
        }
        return $lines;
    }
}
