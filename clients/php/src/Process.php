<?php

declare(strict_types=1);

namespace Linecard;

/**
 * A `linecard test` of one's own: started, awaited, stopped.
 *
 * @internal
 */
final class Process
{
    /** How long a stop may take, in seconds. */
    private const PATIENCE = 5;

    /** What the ready line says. @var array<string, mixed> */
    public readonly array $ready;

    /** @var resource|null */
    private $process;

    /** @var resource */
    private $stdout;

    /** @var resource */
    private $said;

    /** @param list<string> $command */
    public function __construct(array $command, float $timeout)
    {
        // A file and not a pipe: nobody has to read it for the server to go on. It has no name once both have it open.
        $said = tempnam(sys_get_temp_dir(), 'linecard-');
        $null = PHP_OS_FAMILY === 'Windows' ? 'NUL' : '/dev/null';
        $process = @proc_open($command, [['file', $null, 'r'], ['pipe', 'w'], ['file', $said, 'a']], $pipes);
        $this->said = fopen($said, 'r');
        @unlink($said);
        if ($process === false) {
            throw new NotStarted("$command[0] cannot be run");
        }
        [$this->process, $this->stdout] = [$process, $pipes[1]];
        // PHP waits at its end for what it has started; a fatal error calls no destructor, but this.
        $self = \WeakReference::create($this);
        register_shutdown_function(static fn () => $self->get()?->stop());
        try {
            $this->ready = $this->awaited($command[0], $timeout);
        } catch (\Throwable $error) {
            $this->stop();
            throw $error;
        }
    }

    public function __destruct()
    {
        $this->stop();
    }

    /** @return array<string, mixed> */
    private function awaited(string $program, float $timeout): array
    {
        $line = $this->read($timeout);
        if ($line === null) {
            proc_terminate($this->process, 9);
            throw new NotStarted("$program was not ready within $timeout s");
        }
        $ready = json_decode($line, true);
        if (is_array($ready)) {
            return $ready;
        }
        if ($line !== '') {
            throw new NotStarted("$program is no linecard: it began with " . json_encode(substr($line, 0, 80)));
        }
        $said = trim($this->log()) ?: "$program ended before it was ready";
        [$process, $this->process] = [$this->process, null];
        // What the system says of a program that is not there, as a shell does.
        throw new NotStarted(proc_close($process) === 127 ? "$program cannot be run: there is no such program" : $said);
    }

    /** What comes on standard output up to the end of a line; null when that takes too long. */
    private function read(float $timeout): ?string
    {
        $line = '';
        $deadline = microtime(true) + $timeout;
        while (!str_contains($line, "\n")) {
            $left = max(0, (int) (($deadline - microtime(true)) * 1e6));
            [$ready, $none] = [[$this->stdout], null];
            if (@stream_select($ready, $none, $none, intdiv($left, 1_000_000), $left % 1_000_000) !== 1) {
                return null;
            }
            $words = fread($this->stdout, 8192);
            if ($words === '' || $words === false) {
                break;
            }
            $line .= $words;
        }
        return $line;
    }

    /** What the server said on standard error. */
    public function log(): string
    {
        return (string) stream_get_contents($this->said, -1, 0);
    }

    /** Stops the server; one that does not stop is killed. */
    public function stop(): void
    {
        if ($this->process === null) {
            return;
        }
        [$process, $this->process] = [$this->process, null];
        proc_terminate($process);
        // Its standard output ends when it does.
        if ($this->read(self::PATIENCE) === null) {
            proc_terminate($process, 9);
        }
        fclose($this->stdout);
        proc_close($process);
    }
}
