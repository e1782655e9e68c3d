<?php

declare(strict_types=1);

namespace Linecard;

/** Faults: requests that fail because a test says so. */
final class Faults
{
    /** @internal */
    public function __construct(private readonly Wire $wire)
    {
    }

    /**
     * Makes matching requests fail: before the panel does its work, or `at: 'after'` it.
     *
     * @param array<string, mixed> $effect
     * @param array<string, mixed>|null $match
     * @param array<string, mixed>|null $when
     */
    public function add(
        array $effect,
        ?array $match = null,
        ?array $when = null,
        ?string $at = null,
        ?string $id = null,
    ): Fault {
        // An empty array is a list to JSON, where an object is meant.
        $members = ['id' => $id, 'match' => $match, 'when' => $when, 'at' => $at, 'effect' => $effect];
        $members = array_filter($members, static fn ($value) => $value !== null);
        $sent = array_map(static fn ($value) => is_array($value) ? (object) $value : $value, $members);
        return new Fault($this, $this->wire->control('POST', 'faults', $sent)['id']);
    }

    /**
     * Makes them fail in one of the ways that have a name.
     *
     * @param array<string, mixed>|null $match
     * @param array<string, mixed>|null $when
     */
    public function preset(
        string $name,
        ?array $match = null,
        ?array $when = null,
        ?string $at = null,
        ?string $id = null,
    ): Fault {
        return $this->add(['preset' => $name], $match, $when, $at, $id);
    }

    /**
     * The names that `preset` takes.
     *
     * @return list<string>
     */
    public function presets(): array
    {
        return array_column($this->wire->control('GET', 'faults/presets')['presets'], 'name');
    }

    /**
     * All faults, with how often each matched and acted.
     *
     * @return list<array<string, mixed>>
     */
    public function list(): array
    {
        return $this->wire->control('GET', 'faults')['faults'];
    }

    /**
     * Holds these and no others.
     *
     * @param list<array<string, mixed>> $faults
     */
    public function replace(array $faults): void
    {
        $this->wire->control('PUT', 'faults', $faults);
    }

    /** Ends one. */
    public function remove(string $id): void
    {
        $this->wire->control('DELETE', 'faults/' . rawurlencode($id));
    }

    /** Ends all. */
    public function clear(): void
    {
        $this->replace([]);
    }
}
