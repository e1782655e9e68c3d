<?php

declare(strict_types=1);

namespace Linecard;

/** Live connections: who watches what. */
final class Sessions
{
    /** @internal */
    public function __construct(private readonly Wire $wire)
    {
    }

    /**
     * All of them, or those of the users that a name or a pattern such as `ci-*` means.
     *
     * @return list<array<string, mixed>>
     */
    public function list(?string $user = null): array
    {
        return $this->wire->control('GET', 'sessions?' . http_build_query(['user' => $user]))['sessions'];
    }

    /** Cuts one off. */
    public function kick(int $id): void
    {
        $this->wire->control('DELETE', "sessions/$id");
    }
}
