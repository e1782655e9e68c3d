<?php

declare(strict_types=1);

namespace Linecard;

/**
 * Faults: requests that fail because a test says so.
 *
 * @phpstan-type Text string|int|null
 * @phpstan-type Match array{
 *     api?: Text, action?: Text, method?: Text, path?: Text, query?: array<string, Text>, form?: array<string, Text>,
 *     header?: array<string, Text>, user?: Text, status?: int, matched?: bool, stream?: Text, container?: Text,
 *     ended?: Text, bytes?: array{at_least?: int|string, at_most?: int|string},
 *     watched?: array{at_least?: string, at_most?: string},
 * }
 * @phpstan-type StreamPlace array{after_bytes?: int|string, after?: string, after_frame?: int}
 * @phpstan-type Effect array{
 *     delay?: string|array{uniform: array{string, string}}|array{lognormal: array{median: string, sigma: float}},
 *     answer?: string, status?: int, body?: string, preset?: value-of<Preset>, corrupt?: array{flip: int},
 *     abort?: 'close'|'reset'|'hang'|'empty', truncate?: array{bytes: int|string}|array{fraction: float},
 *     dribble?: array{chunks: int, over: string}, throttle?: string|array{rate: string, ...},
 *     stream_cut?: StreamPlace, stream_stall?: StreamPlace, ts_gap?: array{pid: int, packets?: int, ...},
 *     ts_garbage?: array{bytes: int, ...}, pts_jump?: array{by: string, ...}, hls_frozen?: bool,
 *     hls_gap?: bool|array{segment: int}, upstream_down?: bool,
 * }
 * @phpstan-type When array{
 *     skip?: int, times?: int, every?: int, probability?: float, ttl?: string, until?: string|int,
 * }
 * @phpstan-type Rule array{id?: string, match?: Match, when?: When, at?: 'before'|'after', running?: bool,
 *     effect: Effect}
 */
final class Faults
{
    /** @internal */
    public function __construct(private readonly Wire $wire)
    {
    }

    /**
     * Makes matching requests fail: before the panel does its work, or `at: 'after'` it. `running` takes hold of
     * streams that are open too.
     *
     * @param Effect $effect
     * @param Match|null $match
     * @param When|null $when
     * @param 'before'|'after'|null $at
     */
    public function add(
        array $effect,
        ?array $match = null,
        ?array $when = null,
        ?string $at = null,
        ?string $id = null,
        ?bool $running = null,
    ): Fault {
        // An empty array is a list to JSON, where an object is meant.
        $members = ['id' => $id, 'match' => $match, 'when' => $when, 'at' => $at, 'running' => $running];
        $members['effect'] = $effect;
        $members = array_filter($members, static fn ($value) => $value !== null);
        $sent = array_map(static fn ($value) => is_array($value) ? (object) $value : $value, $members);
        return new Fault($this, $this->wire->control('POST', 'faults', $sent)['id']);
    }

    /**
     * Makes them fail in one of the ways that have a name.
     *
     * @param Preset|value-of<Preset> $name
     * @param Match|null $match
     * @param When|null $when
     * @param 'before'|'after'|null $at
     */
    public function preset(
        Preset|string $name,
        ?array $match = null,
        ?array $when = null,
        ?string $at = null,
        ?string $id = null,
    ): Fault {
        return $this->add(['preset' => $name instanceof Preset ? $name->value : $name], $match, $when, $at, $id);
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
     * @param list<Rule> $faults
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
