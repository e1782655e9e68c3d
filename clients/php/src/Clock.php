<?php

declare(strict_types=1);

namespace Linecard;

/**
 * The panel's clock. It governs everything that the panel dates. Times are texts such as `2026-01-01T00:00:00Z` and `P1M`, or
 * PHP's own.
 */
final class Clock
{
    /** @internal */
    public function __construct(private readonly Wire $wire)
    {
    }

    /**
     * Tells the mode, the time and the rate.
     *
     * @return array{mode: string, now: string, unix: int, rate: float}
     */
    public function show(): array
    {
        return $this->wire->control('GET', 'clock');
    }

    /**
     * Stands still, at this time or now.
     *
     * @return array<string, mixed>
     */
    public function freeze(string|int|\DateTimeInterface|null $at = null): array
    {
        return $this->set(['mode' => 'frozen', 'at' => $at === null ? $this->show()['now'] : Times::instant($at)]);
    }

    /**
     * Runs, ahead or behind by this duration.
     *
     * @return array<string, mixed>
     */
    public function offset(string|\DateInterval $by): array
    {
        return $this->set(['mode' => 'offset', 'by' => Times::duration($by)]);
    }

    /**
     * Runs so many times as fast.
     *
     * @return array<string, mixed>
     */
    public function scale(float|int $rate): array
    {
        return $this->set(['mode' => 'scaled', 'rate' => $rate]);
    }

    /**
     * Runs as the machine's own.
     *
     * @return array<string, mixed>
     */
    public function real(): array
    {
        return $this->set(['mode' => 'real']);
    }

    /**
     * Goes forward by a duration or to a time; answers what fell due on the way, in order.
     *
     * @return array{now: string, unix: int, fired: list<array{at: string, job: string, id: int}>}
     */
    public function advance(
        string|\DateInterval|null $by = null,
        string|int|\DateTimeInterface|null $to = null,
    ): array {
        $by = $by === null ? null : Times::duration($by);
        $to = $to === null ? null : Times::instant($to);
        $body = array_filter(['by' => $by, 'to' => $to], static fn ($value) => $value !== null);
        return $this->wire->control('POST', 'clock/advance', (object) $body);
    }

    /**
     * @param array<string, mixed> $body
     * @return array<string, mixed>
     */
    private function set(array $body): array
    {
        return $this->wire->control('PUT', 'clock', $body);
    }
}
