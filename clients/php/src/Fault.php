<?php

declare(strict_types=1);

namespace Linecard;

/** One fault. */
final class Fault
{
    /** @internal */
    public function __construct(private readonly Faults $faults, public readonly string $id)
    {
    }

    /** How often it acted. */
    public function hits(): int
    {
        return $this->held()['hits'] ?? 0;
    }

    /** Ends it. */
    public function remove(): void
    {
        $this->faults->remove($this->id);
    }

    /** Ends it after this, unless a reset or its ttl did. */
    public function during(callable $run): mixed
    {
        try {
            return $run();
        } finally {
            if ($this->held() !== null) {
                $this->remove();
            }
        }
    }

    /** @return array<string, mixed>|null */
    private function held(): ?array
    {
        foreach ($this->faults->list() as $fault) {
            if ($fault['id'] === $this->id) {
                return $fault;
            }
        }
        return null;
    }
}
