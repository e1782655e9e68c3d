<?php

declare(strict_types=1);

namespace Linecard;

/**
 * HTTP: JSON to the control plane, forms to the panel. Every call has a connection of its own, so
 * that a fault on one harms no other.
 *
 * @internal
 */
final class Wire
{
    /** How long an answer may take, in seconds. */
    public const PATIENCE = 30;

    /** Types of refusals that are a verdict on what was verified. */
    private const VERDICTS = ['linecard:not_verified', 'linecard:journal_overflow'];

    private const JSON = JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE;

    /** What to do about a certificate that nobody vouches for. */
    private const TRUST = 'name the file of its authority with tlsCa or LINECARD_TLS_CA';

    /** Where the control plane is. @var array{string, int, bool} */
    private readonly array $place;

    /** The file of whom to trust; the system's authorities without one. */
    public readonly ?string $tlsCa;

    /** Where the panel is, when the control plane has a socket of its own. @var array{string, int, bool}|null */
    private ?array $apart = null;

    public function __construct(
        public readonly string $url,
        public readonly ?string $token = null,
        private readonly ?string $world = null,
        ?string $tlsCa = null,
    ) {
        $this->place = self::place($url);
        $this->tlsCa = $tlsCa ?: (getenv('LINECARD_TLS_CA') ?: null);
    }

    /**
     * Reads from a panel's URL its host, its port and whether it speaks TLS there.
     *
     * @return array{string, int, bool}
     */
    public static function place(string $url): array
    {
        $parts = parse_url($url) ?: [];
        $scheme = $parts['scheme'] ?? null;
        if (!in_array($scheme, ['http', 'https'], true) || !isset($parts['host'])) {
            throw new \InvalidArgumentException("\"$url\" is no URL of a panel: write it as http://127.0.0.1:8080");
        }
        $tls = $scheme === 'https';
        return [$parts['host'], $parts['port'] ?? ($tls ? 443 : 80), $tls];
    }

    /**
     * Calls the panel where it is, where the control plane has a socket of its own.
     *
     * @param array<string, mixed> $info
     */
    public function learn(array $info): void
    {
        if ($info['control'] !== "$info[url]/_linecard/" && preg_match('/^https?:/', $info['url']) === 1) {
            $this->apart = self::place($info['url']);
        }
    }

    /**
     * Where the panel is, as `place` tells it.
     *
     * @return array{string, int, bool}
     */
    public function panel(): array
    {
        return $this->apart ?? $this->place;
    }

    /** Asks the control plane. */
    public function control(string $method, string $path, mixed $body = null, float $patience = self::PATIENCE): mixed
    {
        return self::read(...$this->asked($method, $path, $body, $patience));
    }

    /** Asks the control plane for what is no JSON. */
    public function text(string $path): string
    {
        return $this->asked('GET', $path, null, self::PATIENCE)[1];
    }

    /** @return array{int, string} */
    private function asked(string $method, string $path, mixed $body, float $patience): array
    {
        $headers = $this->token === null ? [] : ["Authorization: Bearer $this->token"];
        $content = $body === null ? '' : json_encode($body, self::JSON);
        $headers[] = 'Content-Type: application/json';
        array_push($headers, ...$this->named());
        [$status, $answer] = $this->ask($this->place, $method, "/_linecard/$path", $content, $headers, $patience);
        return $status < 400 ? [$status, $answer] : throw self::refusal($status, $answer);
    }

    /**
     * Sends a form to the panel, and reads an answer that is an object.
     *
     * @param array<string, mixed> $fields
     * @return array<string, mixed>
     */
    public function object(string $path, array $fields): array
    {
        [$status, $answer] = $this->sent($path, $fields);
        $read = self::read($status, $answer);
        // An empty object and an empty list are the same to PHP.
        $isObject = is_array($read) && str_starts_with(ltrim($answer), '{');
        return $isObject ? $read : throw self::strange($status, $answer, "no JSON object of Linecard's");
    }

    /**
     * Sends a form to the panel, and reads its answer.
     *
     * @param array<string, mixed> $fields
     */
    public function form(string $path, array $fields): mixed
    {
        return self::read(...$this->sent($path, $fields));
    }

    /**
     * @param array<string, mixed> $fields
     * @return array{int, string}
     */
    private function sent(string $path, array $fields): array
    {
        $headers = ['Content-Type: application/x-www-form-urlencoded'];
        // At an address of its own a world needs no name.
        array_push($headers, ...($this->apart === null ? $this->named() : []));
        $body = http_build_query($fields);
        [$status, $answer] = $this->ask($this->panel(), 'POST', $path, $body, $headers, self::PATIENCE);
        return $status < 400 ? [$status, $answer] : throw self::refusal($status, $answer);
    }

    /**
     * What finds a world. By its name, for its port may be hidden where the server's is not: in a container.
     *
     * @return list<string>
     */
    private function named(): array
    {
        return $this->world === null ? [] : ["Host: $this->world.localhost:{$this->place[1]}"];
    }

    /**
     * @param array{string, int, bool} $place
     * @param list<string> $headers
     * @return array{int, string}
     */
    private function ask(
        array $place,
        string $method,
        string $path,
        string $body,
        array $headers,
        float $patience,
    ): array {
        [$host, $port, $tls] = $place;
        $context = stream_context_create(['ssl' => $tls ? $this->trust($host) : [], 'http' => [
            'method' => $method,
            'header' => [...$headers, 'Connection: close'],
            'content' => $body,
            'protocol_version' => 1.1,
            'ignore_errors' => true,
            'follow_location' => 0,
            'timeout' => $patience,
        ]]);
        $said = [];
        // The last warning says only that it failed; why, with TLS, an earlier one does.
        set_error_handler(static function (int $level, string $words) use (&$said): bool {
            $said[] = $words;
            return true;
        });
        try {
            $stream = fopen(($tls ? 'https' : 'http') . "://$host:$port$path", 'r', false, $context);
            $answer = $stream === false ? false : stream_get_contents($stream);
        } finally {
            restore_error_handler();
        }
        if ($answer === false || stream_get_meta_data($stream)['timed_out']) {
            $untrusted = preg_grep('/certificate/i', $said);
            if ($untrusted !== []) {
                $words = preg_replace('/^.*(\(\): |routines::)/s', '', reset($untrusted));
                $detail = "the certificate of $host:$port is not trusted ($words)";
                throw new LinecardError(['detail' => $detail, 'hint' => self::TRUST]);
            }
            $words = end($said) ?: "nothing came within $patience s";
            $words = preg_replace('/^.*(Failed to open stream: )/', '', $words);
            throw new LinecardError(['detail' => "$method $path on $host:$port was not answered ($words)"]);
        }
        $status = explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1] ?? '0';
        return [(int) $status, $answer];
    }

    /**
     * Whom to trust, and under which name: the host's that is connected to, whatever world is asked for.
     *
     * @return array<string, string>
     */
    private function trust(string $host): array
    {
        $named = ['peer_name' => trim($host, '[]')];
        if ($this->tlsCa === null) {
            return $named;
        }
        $read = is_file($this->tlsCa) ? @file_get_contents($this->tlsCa) : false;
        // Of a file without any, PHP would say only that the operation failed.
        if ($read === false || !str_contains($read, '-----BEGIN CERTIFICATE-----')) {
            $words = $read === false ? 'it cannot be read' : 'no certificate is in it';
            $detail = "$this->tlsCa holds no authorities to trust ($words)";
            throw new LinecardError(['detail' => $detail, 'hint' => self::TRUST]);
        }
        return $named + ['cafile' => $this->tlsCa];
    }

    private static function read(int $status, string $answer): mixed
    {
        try {
            return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException) {
            throw self::strange($status, $answer);
        }
    }

    /** Reads the control plane's problem, or else an answer that a panel gives only when something is wrong. */
    private static function refusal(int $status, string $answer): LinecardError|NotVerified
    {
        $read = json_decode($answer, true);
        $type = is_array($read) ? ($read['type'] ?? '') : '';
        if (!is_string($type) || !str_starts_with($type, 'linecard:')) {
            return self::strange($status, $answer, 'a failure');
        }
        return in_array($type, self::VERDICTS, true) ? new NotVerified($read) : new LinecardError($read);
    }

    private static function strange(int $status, string $answer, string $what = "no JSON of Linecard's"): LinecardError
    {
        $shown = json_encode(substr($answer, 0, 200), JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);
        return new LinecardError(['status' => $status, 'detail' => "the answer $status is $what: $shown", 'body' => $answer]);
    }
}
