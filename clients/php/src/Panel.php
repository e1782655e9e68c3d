<?php

declare(strict_types=1);

namespace Linecard;

/**
 * A panel with its control plane: where it answers, what opens it, and what a test does with it.
 *
 * @phpstan-import-type Match from Faults
 * @phpstan-type Seed string|array<string, mixed>|list<string|array<string, mixed>>
 */
final class Panel
{
    /** The server waits for five minutes at most. */
    private const LONGEST = 310;

    public readonly string $url;
    public readonly string $controlUrl;
    public readonly string $worldName;
    public readonly string $host;
    public readonly int $port;
    /** What opens the panel; a reset to another seed changes it. */
    public ?string $accessCode;
    public ?string $apiKey;
    public ?string $user;
    public ?string $password;
    /** The URL of the Admin API, if there is an access code for it. */
    public ?string $adminApi;
    /** The URL of XC v2's `api.php`. */
    public readonly string $xcV2Api;
    public readonly Clock $clock;
    public readonly Faults $faults;
    public readonly Sessions $sessions;
    public readonly State $state;

    /** @var list<array{array<string, mixed>, int|array<string, int>|null, string|null}> */
    private array $expected = [];

    private bool $failsOnUnmatched = false;

    /** Whether another seed than at the start changed what opens the panel. */
    private bool $isReseeded = false;

    /** How many verifications have held, for runners that count assertions. */
    private int $verified = 0;

    /** @param Process|World|null $owned What ends with this panel. */
    private function __construct(private readonly Wire $wire, private readonly Process|World|null $owned = null)
    {
        $info = $this->info();
        $wire->learn($info);
        // A world has its own port, where the server tells the name that it was asked by.
        $place = $owned instanceof World ? $owned->info : $info;
        $this->url = $place['url'];
        $this->controlUrl = $place['control'];
        $this->worldName = $info['world'];
        $this->xcV2Api = "$this->url/api.php";
        $this->learn($info);
        [$this->host, $this->port] = $owned instanceof World ? Wire::place($this->url) : $wire->panel();
        $this->clock = new Clock($wire);
        $this->faults = new Faults($wire);
        $this->sessions = new Sessions($wire);
        $this->state = new State($wire);
    }

    /** @param array<string, mixed> $info */
    private function learn(array $info): void
    {
        $this->accessCode = $info['access_code'];
        $this->apiKey = $info['api_key'];
        $this->user = $info['user'];
        $this->password = $info['pass'];
        $this->adminApi = $this->accessCode === null ? null : $this->url . $this->adminPath();
    }

    private function adminPath(): string
    {
        return "/$this->accessCode/admin/index.php";
    }

    /**
     * Starts `linecard test`: in memory, on a free port, for as long as this process runs.
     *
     * @param bool|'off'|'warn'|'error' $strict Whether suspicious requests are refused, or only told in the log.
     * @param list<string> $args Further options of `linecard test`.
     * @param ?string $tlsCa With TLS, the file of whom to trust, such as `--tls-ca-out` names among the `args`.
     */
    public static function start(
        ?string $seed = null,
        ?string $clock = null,
        ?int $rngSeed = null,
        bool|string $strict = false,
        array $args = [],
        ?string $binary = null,
        float $timeout = 10,
        ?string $tlsCa = null,
    ): self {
        $command = [$binary ?? Binary::find(), 'test', '--bind', '127.0.0.1:0', '--control=true'];
        array_push($command, '--ready-format', 'json', '--exit-with-parent', '--grace', '1s');
        foreach (['--seed' => $seed, '--clock' => $clock, '--rng-seed' => $rngSeed] as $name => $value) {
            if ($value !== null) {
                array_push($command, $name, (string) $value);
            }
        }
        $level = $strict === true ? 'error' : $strict;
        array_push($command, ...($level === false ? [] : ["--strict=$level"]), ...$args);
        $process = new Process($command, $timeout);
        $token = $process->ready['control_token'] ?? null;
        return new self(new Wire($process->ready['control'], $token, tlsCa: $tlsCa), $process);
    }

    /**
     * Uses a panel that runs, or a world of it; without a URL the one of `linecard run -- phpunit`. With TLS,
     * who vouches for it stands in the file `$tlsCa`, or that of `LINECARD_TLS_CA`; else the system's
     * authorities do.
     */
    public static function attach(
        ?string $controlUrl = null,
        ?string $token = null,
        ?string $world = null,
        ?string $tlsCa = null,
    ): self {
        $url = $controlUrl ?? (string) getenv('LINECARD_CONTROL_URL');
        if ($url === '') {
            throw new \InvalidArgumentException(
                'LINECARD_CONTROL_URL is not set: start the tests with `linecard run -- phpunit`, '
                . 'or give the URL of the control plane',
            );
        }
        return new self(new Wire($url, $token ?? (getenv('LINECARD_CONTROL_TOKEN') ?: null), $world, $tlsCa));
    }

    /**
     * Starts a panel for this, checks what was expected, unless this failed by itself, and stops it.
     *
     * @param array<string, mixed> $options What `start` takes, by name.
     */
    public static function use(array $options, callable $run): mixed
    {
        return self::start(...$options)->during($run);
    }

    /**
     * Makes a panel of its own in the same server, which ends when it is closed or forgotten. It begins
     * as the server did, or with a snapshot of this panel, or with a seed: one of the program, by its name, a document, or a
     * list of these.
     *
     * @param Seed|null $seed
     * @param string|array<string, mixed>|null $clock `frozen:2026-01-01T00:00:00Z`, or as `PUT clock` has it.
     */
    public function world(
        string|array|null $seed = null,
        ?string $snapshot = null,
        string|array|null $clock = null,
        ?string $name = null,
        ?int $rngSeed = null,
    ): self {
        $members = ['name' => $name, 'seed' => $seed, 'snapshot' => $snapshot, 'clock' => $clock, 'rng_seed' => $rngSeed];
        $world = new World($this->wire, array_filter($members, static fn ($value) => $value !== null));
        return new self(new Wire($this->wire->url, $this->wire->token, $world->info['id'], $this->wire->tlsCa), $world);
    }

    /**
     * The worlds that there are.
     *
     * @return list<array{id: string, url: string, host_url: string, control: string}>
     */
    public function worlds(): array
    {
        return $this->wire->control('GET', 'worlds')['worlds'];
    }

    /** Checks what was expected after this, unless this failed by itself, and closes the panel. */
    public function during(callable $run): mixed
    {
        try {
            $result = $run($this);
            $this->check();
            return $result;
        } finally {
            $this->close();
        }
    }

    /** Stops the server, if this panel started it; ends the world, if it is one. */
    public function close(): void
    {
        $this->owned?->stop();
    }

    /**
     * Calls an action of the Admin API: `call('get_line', id: 4521)`. An answer that is no JSON object, or has an HTTP status
     * from 400 on, is a `LinecardError`.
     *
     * @return array<string, mixed>
     */
    public function call(string $action, mixed ...$params): array
    {
        $fields = ['api_key' => $this->apiKey, 'action' => $action] + $params;
        return $this->wire->object($this->adminPath(), $fields);
    }

    /**
     * Calls XC v2's `api.php`: `api('user', 'info', username: 'anna', password: 'secret')`. An HTTP status from 400 on is a
     * `LinecardError`.
     */
    public function api(string $action, string $sub, mixed ...$params): mixed
    {
        return $this->wire->form('/api.php?' . http_build_query(['action' => $action, 'sub' => $sub]), $params);
    }

    /**
     * Where the panel answers and what opens it.
     *
     * @return array<string, mixed>
     */
    public function info(): array
    {
        return $this->wire->control('GET', 'info');
    }

    /**
     * Goes back to the start: state, clock, faults, journal and sessions, or these parts. With a seed the state is that of a
     * new panel with it. With `match: ['user' => 'ci-*']` nothing goes back, but these users are deleted.
     *
     * @param list<'state'|'clock'|'faults'|'journal'|'sessions'|'transitions'>|null $what
     * @param array{user: string}|null $match
     * @param Seed|null $seed
     * @return array{epoch: int, streams: int, lines: int, deleted?: array<string, int>}
     */
    public function reset(?array $what = null, ?array $match = null, string|array|null $seed = null): array
    {
        if ($match === null) {
            [$this->expected, $this->failsOnUnmatched] = [[], false];
        }
        $members = ['what' => $what, 'seed' => $seed, 'match' => $match === null ? null : (object) $match];
        $body = (object) array_filter($members, static fn ($value) => $value !== null);
        $counts = $this->wire->control('POST', 'reset', $body);
        if ($seed !== null || $this->isReseeded) {
            $this->isReseeded = $seed !== null;
            $this->learn($this->info());
        }
        return $counts;
    }

    /**
     * How strict the panel is, after it was set to this level, if one is given.
     *
     * @param 'off'|'warn'|'error'|null $level
     */
    public function strictness(?string $level = null): string
    {
        $body = $level === null ? null : ['strict' => $level];
        return $this->wire->control($body === null ? 'GET' : 'PATCH', 'info', $body)['strictness'];
    }

    /**
     * Keeps the state under a name.
     *
     * @return array{name: string, replaced: bool}
     */
    public function snapshot(string $name): array
    {
        return $this->wire->control('POST', 'snapshots', ['name' => $name]);
    }

    /**
     * The names of the snapshots.
     *
     * @return list<string>
     */
    public function snapshots(): array
    {
        return $this->wire->control('GET', 'snapshots')['snapshots'];
    }

    /**
     * Goes back to a snapshot.
     *
     * @return array{epoch: int, streams: int, lines: int}
     */
    public function restore(string $name): array
    {
        return $this->wire->control('POST', 'snapshots/' . rawurlencode($name) . '/restore');
    }

    /** Forgets a snapshot. */
    public function forget(string $name): void
    {
        $this->wire->control('DELETE', 'snapshots/' . rawurlencode($name));
    }

    /**
     * The active quirk profiles, after they were replaced by these, if any are given.
     *
     * @param list<string>|null $profiles
     * @return list<string>
     */
    public function profile(?array $profiles = null): array
    {
        $body = $profiles === null ? null : ['profiles' => $profiles];
        return $this->wire->control($body === null ? 'GET' : 'PUT', 'profile', $body)['active'];
    }

    /**
     * After what things become ready, replaced by `['stream' => ['polls' => 3]]` or its like if that is given.
     *
     * @param array<string, mixed>|null $transitions
     * @return array<string, mixed>
     */
    public function transitions(?array $transitions = null): array
    {
        $body = $transitions === null ? null : (object) $transitions;
        return $this->wire->control($body === null ? 'GET' : 'PUT', 'transitions', $body);
    }

    /** What was done since the server started, as Prometheus reads it. */
    public function metrics(): string
    {
        return $this->wire->text('metrics');
    }

    /**
     * What clients asked, and deliveries of webhooks, whose `api` is `webhook`: all of it, or by `api`, `action`, `user`,
     * `status`, `since`, `limit`.
     *
     * @return list<array<string, mixed>>
     */
    public function requests(string|int|null ...$filters): array
    {
        return $this->wire->control('GET', 'requests?' . http_build_query($filters))['requests'];
    }

    /**
     * Requests in which something is odd, with what may have been meant.
     *
     * @return list<array<string, mixed>>
     */
    public function unmatched(): array
    {
        return $this->wire->control('GET', 'unmatched')['unmatched'];
    }

    /** Forgets what clients asked, suspicious requests too: they fail neither a check nor a run. */
    public function forgetRequests(): void
    {
        $this->wire->control('DELETE', 'requests');
    }

    /**
     * How many requests match.
     *
     * @param Match $match
     */
    public function count(array $match): int
    {
        return $this->wire->control('POST', 'requests/count', ['match' => (object) $match])['count'];
    }

    /**
     * Asserts that requests came: at least one, so many, or `['at_most' => 2]`; waits `within` a time.
     *
     * @param Match $match
     * @param int|array{exactly: int}|array{at_least?: int, at_most?: int}|null $times
     * @return array{verified: true, count: int, requests: list<int>}
     * @throws NotVerified that tells which requests came close
     */
    public function verify(array $match, int|array|null $times = null, ?string $within = null): array
    {
        $body = ['match' => (object) $match];
        $body += $times === null ? [] : ['times' => is_int($times) ? ['exactly' => $times] : (object) $times];
        $body += $within === null ? [] : ['within' => $within];
        $patience = $within === null ? Wire::PATIENCE : self::LONGEST;
        $answer = $this->wire->control('POST', 'verify', $body, $patience);
        $this->verified++;
        return $answer;
    }

    /**
     * Says now what `check` verifies at the end.
     *
     * @param Match $match
     * @param int|array{exactly: int}|array{at_least?: int, at_most?: int}|null $times
     */
    public function expect(array $match, int|array|null $times = null, ?string $within = null): void
    {
        $this->expected[] = [$match, $times, $within];
    }

    /** Says whether `check` fails when there were suspicious requests, until a reset. */
    public function failOnUnmatched(bool $fails = true): void
    {
        $this->failsOnUnmatched = $fails;
    }

    /** Verifies what was expected, once; the trait does it after each test. */
    public function check(): void
    {
        [$expected, $this->expected] = [$this->expected, []];
        foreach ($expected as $one) {
            $this->verify(...$one);
        }
        if ($this->failsOnUnmatched) {
            $this->failsOnUnmatched = false;
            $unmatched = $this->unmatched();
            $this->verified++;
            $unmatched === [] || throw NotVerified::ofUnmatched($unmatched);
        }
    }

    /**
     * How many verifications have held since this was asked last.
     *
     * @internal
     */
    public function takeVerified(): int
    {
        [$verified, $this->verified] = [$this->verified, 0];
        return $verified;
    }

    /** What the server said on standard error, if this panel started it. */
    public function log(): string
    {
        if (!$this->owned instanceof Process) {
            throw new LinecardError(['detail' => 'the log is with whoever started the server']);
        }
        return $this->owned->log();
    }
}
