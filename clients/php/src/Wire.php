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

    public readonly string $host;
    public readonly int $port;

    /** Where the panel is, when the control plane has a socket of its own. @var array{string, int}|null */
    private ?array $apart = null;

    public function __construct(
        public readonly string $url,
        public readonly ?string $token = null,
        private readonly ?string $world = null,
    ) {
        [$this->host, $this->port] = self::place($url);
    }

    /**
     * Reads host and port of a panel's URL.
     *
     * @return array{string, int}
     */
    public static function place(string $url): array
    {
        $parts = parse_url($url) ?: [];
        if (($parts['scheme'] ?? null) !== 'http' || !isset($parts['host'])) {
            throw new \InvalidArgumentException("\"$url\" is no URL of a panel: write it as http://127.0.0.1:8080");
        }
        return [$parts['host'], $parts['port'] ?? 80];
    }

    /**
     * Calls the panel where it is, where the control plane has a socket of its own.
     *
     * @param array<string, mixed> $info
     */
    public function learn(array $info): void
    {
        if ($info['control'] !== "$info[url]/_linecard/" && str_starts_with($info['url'], 'http:')) {
            $this->apart = self::place($info['url']);
        }
    }

    /**
     * Host and port of the panel.
     *
     * @return array{string, int}
     */
    public function panel(): array
    {
        return $this->apart ?? [$this->host, $this->port];
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
        $place = [$this->host, $this->port];
        [$status, $answer] = self::ask($place, $method, "/_linecard/$path", $content, $headers, $patience);
        if ($status < 400) {
            return [$status, $answer];
        }
        $read = self::read($status, $answer);
        $type = is_array($read) ? ($read['type'] ?? '') : '';
        if (!is_string($type) || !str_starts_with($type, 'linecard:')) {
            throw self::strange($status, $answer);
        }
        throw in_array($type, self::VERDICTS, true) ? new NotVerified($read) : new LinecardError($read);
    }

    /**
     * Sends a form to the panel, whose answer is JSON whatever its status.
     *
     * @param array<string, mixed> $fields
     */
    public function form(string $path, array $fields): mixed
    {
        $headers = ['Content-Type: application/x-www-form-urlencoded'];
        // At an address of its own a world needs no name.
        array_push($headers, ...($this->apart === null ? $this->named() : []));
        $body = http_build_query($fields);
        return self::read(...self::ask($this->panel(), 'POST', $path, $body, $headers, self::PATIENCE));
    }

    /**
     * What finds a world. By its name, for its port may be hidden where the server's is not: in a container.
     *
     * @return list<string>
     */
    private function named(): array
    {
        return $this->world === null ? [] : ["Host: $this->world.localhost:$this->port"];
    }

    /**
     * @param array{string, int} $place
     * @param list<string> $headers
     * @return array{int, string}
     */
    private static function ask(
        array $place,
        string $method,
        string $path,
        string $body,
        array $headers,
        float $patience,
    ): array {
        [$host, $port] = $place;
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => [...$headers, 'Connection: close'],
            'content' => $body,
            'protocol_version' => 1.1,
            'ignore_errors' => true,
            'follow_location' => 0,
            'timeout' => $patience,
        ]]);
        error_clear_last();
        $stream = @fopen("http://$host:$port$path", 'r', false, $context);
        $answer = $stream === false ? false : stream_get_contents($stream);
        if ($answer === false || stream_get_meta_data($stream)['timed_out']) {
            $words = error_get_last()['message'] ?? "nothing came within $patience s";
            $words = preg_replace('/^.*(Failed to open stream: )/', '', $words);
            throw new LinecardError(['detail' => "$method $path on $host:$port was not answered ($words)"]);
        }
        $status = explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1] ?? '0';
        return [(int) $status, $answer];
    }

    private static function read(int $status, string $answer): mixed
    {
        try {
            return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
        } catch (\JsonException) {
            throw self::strange($status, $answer);
        }
    }

    private static function strange(int $status, string $answer): LinecardError
    {
        $shown = json_encode(substr($answer, 0, 200), JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);
        return new LinecardError(['status' => $status, 'detail' => "the answer $status is no JSON of Linecard's: $shown"]);
    }
}
