<?php

declare(strict_types=1);

namespace Linecard;

/** The panel's whole state, as a document that people can write too: with the keys of a seed document. */
final class State
{
    /** @internal */
    public function __construct(private readonly Wire $wire)
    {
    }

    /**
     * All of it; `put` brings it back. An empty map is an object, because an empty array is a list to JSON.
     *
     * @return array<string, mixed>
     */
    public function get(): array
    {
        $document = json_decode($this->wire->text('state'), false, 512, JSON_THROW_ON_ERROR);
        return array_map(self::arrays(...), get_object_vars($document));
    }

    /**
     * Holds what the document has, and nothing else.
     *
     * @param array<string, mixed> $document
     * @return array{epoch: int, streams: int, lines: int}
     */
    public function put(array $document): array
    {
        return $this->wire->control('PUT', 'state', (object) $document);
    }

    /**
     * Adds what the document has, or changes what is there under its names.
     *
     * @param array<string, mixed> $document
     * @return array{epoch: int, streams: int, lines: int}
     */
    public function merge(array $document): array
    {
        return $this->wire->control('PATCH', 'state', (object) $document);
    }

    /** A value with arrays for its objects, as far as JSON has the same for both. */
    private static function arrays(mixed $value): mixed
    {
        $members = is_object($value) ? get_object_vars($value) : $value;
        return is_array($members) && $members !== [] ? array_map(self::arrays(...), $members) : $value;
    }
}
