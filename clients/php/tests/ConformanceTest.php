<?php

declare(strict_types=1);

namespace Linecard\Tests;

use Linecard\LinecardError;
use Linecard\NotVerified;
use Linecard\UsesLinecard;
use PHPUnit\Framework\TestCase;

/** What every client does alike: clients/conformance.json. */
final class ConformanceTest extends TestCase
{
    use UsesLinecard;

    /** @return iterable<string, array{list<array<string, mixed>>}> */
    public static function cases(): iterable
    {
        $list = json_decode(file_get_contents(dirname(__DIR__, 2) . '/conformance.json'), true, 512, JSON_THROW_ON_ERROR);
        foreach ($list['cases'] as ['name' => $name, 'steps' => $steps]) {
            yield $name => [$steps];
        }
    }

    /**
     * @dataProvider cases
     * @param list<array<string, mixed>> $steps
     */
    public function testACaseOfEveryClient(array $steps): void
    {
        $saved = null;
        foreach ($steps as $step) {
            $words = json_encode($step, JSON_UNESCAPED_UNICODE);
            $path = explode('.', $step['call']);
            // What other languages write with an underscore.
            $method = lcfirst(str_replace('_', '', ucwords(array_pop($path), '_')));
            $target = $this->linecard;
            foreach ($path as $part) {
                $target = $part === 'saved' ? $saved : $target->$part;
            }
            $call = static fn () => $target->$method(...($step['args'] ?? []), ...($step['named'] ?? []));
            if (isset($step['fails'])) {
                $this->assertSame([], self::differences($step['fails'], self::problem($call)), $words);
                continue;
            }
            $answer = $call();
            $this->assertSame([], array_key_exists('expect', $step) ? self::differences($step['expect'], $answer) : [], $words);
            $saved = ($step['save'] ?? false) ? $answer : $saved;
        }
    }

    /** @return array<string, mixed>|null */
    private static function problem(callable $call): ?array
    {
        try {
            $call();
        } catch (LinecardError|NotVerified $error) {
            return $error->problem + ['status' => $error->status ?? null];
        }
        return null;
    }

    /**
     * Where an answer does not hold what is wanted.
     *
     * @return list<string>
     */
    private static function differences(mixed $wanted, mixed $got, string $place = 'answer'): array
    {
        if (!is_array($wanted) || !is_array($got)) {
            // JSON has one kind of number.
            $same = $wanted === $got || (is_int($wanted) && is_float($got) && $wanted == $got);
            return $same ? [] : ["$place: wanted " . json_encode($wanted) . ', got ' . json_encode($got)];
        }
        if ($wanted !== [] && array_is_list($wanted) && count($wanted) !== count($got)) {
            return ["$place: wanted " . count($wanted) . ', got ' . json_encode($got)];
        }
        $all = [];
        foreach ($wanted as $name => $one) {
            array_push($all, ...self::differences($one, $got[$name] ?? null, "$place.$name"));
        }
        return $all;
    }
}
