<?php

declare(strict_types=1);

namespace Linecard;

/**
 * A world that whoever made it ends: a panel of its own in a server.
 *
 * @internal
 */
final class World
{
    /** What the server tells of it. @var array<string, mixed> */
    public readonly array $info;

    private bool $ended = false;

    /** @param array<string, mixed> $members */
    public function __construct(private readonly Wire $server, array $members)
    {
        $this->info = $server->control('POST', 'worlds', (object) $members);
    }

    public function __destruct()
    {
        $this->stop();
    }

    /** Ends it, unless it is gone already, with its server perhaps. */
    public function stop(): void
    {
        if ($this->ended) {
            return;
        }
        $this->ended = true;
        try {
            $this->server->control('DELETE', "worlds/{$this->info['id']}");
        } catch (LinecardError $error) {
            if (!in_array($error->status, [0, 404], true)) {
                throw $error;
            }
        }
    }
}
