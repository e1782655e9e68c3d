<?php

declare(strict_types=1);

namespace Linecard\Tests;

use Linecard\Binary;
use Linecard\BinaryNotFound;
use Linecard\Faults;
use Linecard\LinecardError;
use Linecard\NotStarted;
use Linecard\NotVerified;
use Linecard\Panel;
use Linecard\Preset;
use Linecard\Process;
use Linecard\UsesLinecard;
use PHPUnit\Framework\TestCase;

/** What is PHP's own: starting, stopping, finding the program, failing with a story. */
final class PanelTest extends TestCase
{
    use UsesLinecard;

    /** @var list<string> */
    private array $files = [];

    /** @var array<string, string|false> */
    private array $variables = [];

    protected function tearDown(): void
    {
        array_map('unlink', $this->files);
        foreach ($this->variables as $name => $value) {
            putenv($value === false ? $name : "$name=$value");
        }
    }

    private function program(string $words): string
    {
        $this->files[] = $path = tempnam(sys_get_temp_dir(), 'linecard-');
        file_put_contents($path, "#!/bin/sh\n$words\n");
        chmod($path, 0o755);
        return $path;
    }

    private function env(string $name, ?string $value): void
    {
        $this->variables[$name] ??= getenv($name);
        putenv($value === null ? $name : "$name=$value");
    }

    private static function answers(Panel $panel): bool
    {
        $socket = @fsockopen($panel->host, $panel->port);
        return $socket !== false && fclose($socket);
    }

    /** @return string The message. */
    private function refused(string $class, callable $run): string
    {
        try {
            $run();
        } catch (\Throwable $error) {
            $this->assertInstanceOf($class, $error);
            return $error->getMessage();
        }
        $this->fail("no $class");
    }

    public function testAPanelSaysWhereItIsAndWhatOpensIt(): void
    {
        $options = ['seed' => 'docs', 'clock' => 'frozen:2026-01-01T00:00:00Z', 'rngSeed' => 7, 'strict' => true];
        $stopped = Panel::use($options, function (Panel $panel): Panel {
            $this->assertSame("http://$panel->host:$panel->port", $panel->url);
            $this->assertSame("$panel->url/_linecard/", $panel->controlUrl);
            $this->assertSame(['access', 'YOUR_KEY'], [$panel->accessCode, $panel->apiKey]);
            $this->assertSame(['customer4521', 'securepass'], [$panel->user, $panel->password]);
            $this->assertSame('2026-01-01T00:00:00Z', $panel->clock->show()['now']);
            $this->assertTrue($panel->info()['strict']);
            $this->assertTrue(self::answers($panel));
            return $panel;
        });
        $this->assertFalse(self::answers($stopped));
        $stopped->close();
        $words = $this->refused(LinecardError::class, $stopped->info(...));
        $this->assertMatchesRegularExpression('~^GET /_linecard/info on .* was not answered \(.*refused~', $words);
    }

    public function testTwoPanelsShareNothing(): void
    {
        Panel::use(['seed' => 'docs'], function (Panel $other): void {
            $other->call('delete_line', id: 4521);
            $this->assertSame('STATUS_FAILURE', $other->call('get_line', id: 4521)['status']);
            $this->assertSame('STATUS_SUCCESS', $this->linecard->call('get_line', id: 4521)['status']);
        });
    }

    public function testAServerEndsWithItsPanelAndWithItsProcess(): void
    {
        $panel = Panel::start();
        [$host, $port] = [$panel->host, $panel->port];
        unset($panel);
        $this->assertFalse(@fsockopen($host, $port));
        foreach (['', 'exit(3);', 'undefined_function();'] as $end) {
            $code = 'require $argv[1]; $panel = Linecard\Panel::start(); echo $panel->port; ' . $end;
            $command = [PHP_BINARY, '-d', 'display_errors=0', '-r', $code, '--', __DIR__ . '/bootstrap.php'];
            $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['file', '/dev/null', 'w']], $pipes);
            $port = (int) stream_get_contents($pipes[1]);
            proc_close($process);
            $this->assertGreaterThan(0, $port);
            $this->assertFalse(@fsockopen('127.0.0.1', $port), $end);
        }
    }

    public function testThePanelIsFoundWhereTheControlPlaneHasASocketOfItsOwn(): void
    {
        $options = ['seed' => 'docs', 'args' => ['--control-bind', '127.0.0.1:0']];
        Panel::use($options, function (Panel $panel): void {
            $this->assertNotSame("$panel->url/_linecard/", $panel->controlUrl);
            $this->assertSame("http://$panel->host:$panel->port", $panel->url);
            $world = $panel->world('docs');
            $this->assertSame('STATUS_SUCCESS', $world->call('delete_line', id: 4521)['status']);
            $named = Panel::attach($panel->controlUrl, world: $world->worldName);
            foreach ([[$named, 'STATUS_FAILURE'], [Panel::attach($panel->controlUrl), 'STATUS_SUCCESS']] as [$one, $status]) {
                $this->assertSame($status, $one->call('get_line', id: 4521)['status']);
                $this->assertSame("http://$one->host:$one->port", $one->url);
            }
            $this->assertSame([1, 2], [$panel->count([]), $world->count([])]);
            $world->close();
        });
    }

    public function testAStateIsPutBackAsItWas(): void
    {
        $this->linecard->call('create_transcode_profile', profile_name: 'empty');
        $state = fn (): string => json_encode($this->linecard->state->get(), JSON_THROW_ON_ERROR);
        $before = $this->linecard->state->get();
        // What is empty stays what it was: an object or a list.
        $this->assertJsonStringEqualsJsonString(file_get_contents("{$this->linecard->controlUrl}state"), json_encode($before));
        $this->assertSame('STATUS_SUCCESS', $this->linecard->call('delete_line', id: 4521)['status']);
        $this->assertNotSame(json_encode($before), $state());
        $this->assertSame(2, $this->linecard->state->put($before)['lines']);
        $this->assertSame(json_encode($before), $state());
    }

    public function testWhatTheServerRefusesIsToldAsItSaysIt(): void
    {
        $words = $this->refused(NotStarted::class, static fn () => Panel::start(seed: 'doc'));
        $this->assertStringStartsWith("linecard: invalid value 'doc' for '--seed <SEED>': a seed is docs, ", $words);
    }

    public function testAProgramThatIsNoLinecardIsNamed(): void
    {
        $start = fn (string $binary, float $timeout = 10) =>
            $this->refused(NotStarted::class, static fn () => Panel::start(binary: $binary, timeout: $timeout));
        $this->assertSame('/no/thing cannot be run: there is no such program', $start('/no/thing'));
        $this->assertStringEndsWith('is no linecard: it began with "hello\n"', $start($this->program('echo hello')));
        $this->assertStringEndsWith('was not ready within 0.2 s', $start($this->program('exec sleep 60'), 0.2));
        $this->assertStringEndsWith('ended before it was ready', $start($this->program('exit 3')));
    }

    public function testTheProgramIsFoundOrTheErrorSaysHow(): void
    {
        $this->env('LINECARD_BIN', '/no/thing');
        $words = $this->refused(BinaryNotFound::class, Binary::find(...));
        $this->assertSame('LINECARD_BIN names /no/thing, which is no file; correct it or unset it', $words);
        $this->env('LINECARD_BIN', null);
        $this->env('PATH', '/nowhere');
        $words = $this->refused(BinaryNotFound::class, Binary::find(...));
        $this->assertStringStartsWith('there is no linecard to start: set LINECARD_BIN to the program, or', $words);
        $folder = sys_get_temp_dir() . '/linecard-' . bin2hex(random_bytes(8));
        mkdir($folder);
        rename($this->program(''), "$folder/linecard");
        $this->files = ["$folder/linecard"];
        $this->env('PATH', "/nowhere:$folder");
        $this->assertSame("$folder/linecard", Binary::find());
        unlink(array_pop($this->files));
        rmdir($folder);
    }

    public function testAPanelThatRunsIsAttachedTo(): void
    {
        $this->env('LINECARD_CONTROL_URL', null);
        $words = $this->refused(\InvalidArgumentException::class, Panel::attach(...));
        $this->assertStringContainsString('start the tests with `linecard run -- phpunit`', $words);
        $words = $this->refused(\InvalidArgumentException::class, static fn () => Panel::attach('localhost:1'));
        $this->assertSame('"localhost:1" is no URL of a panel: write it as http://127.0.0.1:8080', $words);
        $this->env('LINECARD_CONTROL_URL', $this->linecard->controlUrl);
        $other = Panel::attach();
        $other->close();
        $this->assertTrue(self::answers($this->linecard));
        $words = $this->refused(LinecardError::class, $other->log(...));
        $this->assertSame('the log is with whoever started the server', $words);
    }

    public function testATokenOpensTheControlPlane(): void
    {
        $options = ['test', '--seed', 'docs', '--control-token', 's3cret', '--ready-format', 'json'];
        $process = new Process([Binary::find(), ...$options], 10);
        $without = static fn () => Panel::attach($process->ready['control']);
        $this->assertStringContainsString('Authorization: Bearer', $this->refused(LinecardError::class, $without));
        $this->assertSame(2, Panel::attach($process->ready['control'], 's3cret')->reset()['lines']);
        // Whoever starts the server is told by it.
        $panel = Panel::start('docs', args: ['--control-token', 's3cret']);
        $this->assertSame(2, $panel->world()->reset()['lines']);
    }

    public function testAPanelWithTlsIsAskedWhereItsAuthorityIsTrusted(): void
    {
        $this->env('LINECARD_TLS_CA', null);
        $this->files[] = $authority = tempnam(sys_get_temp_dir(), 'linecard-');
        $args = ['--tls', 'self-signed', '--tls-ca-out', $authority, '--control-bind', '127.0.0.1:0'];
        $started = Panel::start('docs', args: $args, tlsCa: $authority);
        $this->assertSame("https://$started->host:$started->port", $started->url);
        $this->assertSame('STATUS_SUCCESS', $started->call('get_line', id: 4521)['status']);
        $world = $started->world();
        $this->assertSame('STATUS_SUCCESS', $world->call('get_line', id: 4521)['status']);
        $this->assertSame([1, 1], [$world->count([]), $started->count([])]);
        $url = $started->controlUrl;
        $refusal = '/^the certificate of 127\.0\.0\.1:\d+ is not trusted \(.+\): '
            . 'name the file of its authority with tlsCa or LINECARD_TLS_CA$/';
        $words = $this->refused(LinecardError::class, static fn () => Panel::attach($url));
        $this->assertMatchesRegularExpression($refusal, $words);
        $this->files[] = $empty = tempnam(sys_get_temp_dir(), 'linecard-');
        $unusable = [$empty => 'no certificate is in it', "$authority.missing" => 'it cannot be read'];
        foreach ($unusable as $file => $why) {
            $words = $this->refused(LinecardError::class, static fn () => Panel::attach($url, tlsCa: $file));
            $this->assertStringContainsString("$file holds no authorities to trust ($why): name", $words);
        }
        $this->env('LINECARD_TLS_CA', $authority);
        $attached = Panel::attach($url);
        $this->assertSame('STATUS_SUCCESS', $attached->call('get_line', id: 4521)['status']);
        $this->assertSame(2, $attached->count(['action' => 'get_line']));
        $this->env('LINECARD_TLS_CA', null);
        $untold = static fn () => Panel::start('docs', args: array_slice($args, 0, 2));
        $this->assertMatchesRegularExpression($refusal, $this->refused(LinecardError::class, $untold));
    }

    public function testAWorldHasItsOwnPortAndDrawsAndEndsWhenItIsForgotten(): void
    {
        [$one, $other] = [$this->linecard->world('docs', rngSeed: 7), $this->linecard->world('docs', rngSeed: 7)];
        $this->assertCount(3, array_unique([$this->linecard->port, $one->port, $other->port]));
        $this->assertSame(["http://$one->host:$one->port", "$one->url/_linecard/"], [$one->url, $one->controlUrl]);
        $this->assertTrue(self::answers($one));
        $draw = static fn (Panel $panel) => $panel->call('create_line', exp_date: '2027-01-01')['data']['password'];
        $this->assertSame($draw($one), $draw($other));
        $this->assertSame(1, Panel::attach($this->linecard->controlUrl, world: $one->worldName)->count([]));
        $this->assertSame([0, 'main'], [$this->linecard->count([]), $this->linecard->worldName]);
        $words = $this->refused(LinecardError::class, $one->log(...));
        $this->assertSame('the log is with whoever started the server', $words);
        [$host, $port] = [$one->host, $one->port];
        unset($one);
        $this->assertFalse(@fsockopen($host, $port));
        $this->assertSame([$other->worldName], array_column($this->linecard->worlds(), 'id'));
    }

    public function testWhatWasExpectedOfAWorldIsCheckedWhenItsBlockEnds(): void
    {
        $expects = static fn (Panel $panel) => $panel->expect(['action' => 'create_line']);
        $words = $this->refused(NotVerified::class, fn () => $this->linecard->world()->during($expects));
        $this->assertStringStartsWith('0 requests match, at least 1 wanted', $words);
        $this->assertSame([], $this->linecard->worlds());
    }

    public function testAWorldEndsWithItsServer(): void
    {
        $panel = Panel::start('docs');
        $world = $panel->world();
        $panel->close();
        $world->close();
        $this->assertFalse(self::answers($world));
    }

    public function testTheMetricsAreWhatPrometheusReads(): void
    {
        $before = $this->linecard->metrics();
        $this->assertStringStartsWith('# HELP linecard_', $before);
        $this->linecard->call('get_lines');
        $this->assertNotSame($before, $this->linecard->metrics());
    }

    public function testARequestThatDidNotComeIsAStory(): void
    {
        $this->linecard->call('get_line', id: 4521);
        $seq = $this->linecard->requests()[0]['seq'];
        $words = $this->refused(NotVerified::class, fn () => $this->linecard->verify(['action' => 'get_lines'], times: 1));
        $this->assertSame(
            "0 requests match, exactly 1 wanted\n"
            . "hint: request $seq is closest: action is \"get_line\", not \"get_lines\"\n"
            . "closest: #$seq POST /access/admin/index.php (admin get_line)\n"
            . '  action: wanted "get_lines", got "get_line"',
            $words,
        );
    }

    public function testAFaultEndsWithItsBlock(): void
    {
        $fault = $this->linecard->faults->preset('empty_body', ['action' => 'get_line']);
        $fault->during(function () use ($fault): void {
            $words = $this->refused(LinecardError::class, fn () => $this->linecard->call('get_line', id: 4521));
            $this->assertSame('the answer 200 is no JSON of Linecard\'s: ""', $words);
            $this->assertSame(1, $fault->hits());
        });
        $this->assertSame('STATUS_SUCCESS', $this->linecard->call('get_line', id: 4521)['status']);
        $this->linecard->faults->add(['status' => 503], [])->during(fn () => $this->linecard->reset());
        $this->assertContains('empty_body', $this->linecard->faults->presets());
    }

    public function testPresetsAreThoseOfTheServer(): void
    {
        $this->assertSame($this->linecard->faults->presets(), array_column(Preset::cases(), 'value'));
        $fault = $this->linecard->faults->preset(Preset::EmptyBody, ['action' => 'get_line']);
        $words = $this->refused(LinecardError::class, fn () => $this->linecard->call('get_line', id: 4521));
        $this->assertSame([1, 'the answer 200 is no JSON of Linecard\'s: ""'], [$fault->hits(), $words]);
    }

    /** The members that the types name are those that the server takes. */
    public function testTypesHaveTheMembersOfTheServer(): void
    {
        $doc = preg_replace('/^ \* ?/m', '', (new \ReflectionClass(Faults::class))->getDocComment());
        $wrong = ['effect' => ['nope' => 1]];
        $hints = ['Effect' => $wrong, 'Match' => ['match' => ['nope' => 1], 'effect' => ['status' => 503]],
            'When' => ['when' => ['nope' => 1], 'effect' => ['status' => 503]]];
        foreach ($hints as $type => $rule) {
            $this->assertSame(1, preg_match("/@phpstan-type $type array(\{(?:[^{}]|(?1))*\})/", $doc, $found));
            // Members of members are left out.
            $own = preg_replace('/(?<=.)\{(?:[^{}]|(?R))*\}/s', '', substr($found[1], 1, -1));
            preg_match_all('/(\w+)\?:/', $own, $members);
            $error = null;
            try {
                $this->linecard->faults->replace([$rule]);
            } catch (LinecardError $error) {
            }
            preg_match('/there are ([\w, ]+)/', $error->hint, $known);
            $this->assertEqualsCanonicalizing(explode(', ', $known[1]), $members[1], $type);
        }
    }

    public function testTheClockTakesWhatPhpHasForTimes(): void
    {
        $clock = $this->linecard->clock;
        $frozen = $clock->freeze(new \DateTimeImmutable('2026-06-01 14:30', new \DateTimeZone('+02:00')));
        $this->assertSame(['frozen', '2026-06-01T12:30:00Z'], [$frozen['mode'], $frozen['now']]);
        $this->assertSame('2026-06-01T12:30:00Z', $clock->freeze(1_780_317_000)['now']);
        $this->assertSame('2026-06-02T12:31:00Z', $clock->advance(new \DateInterval('P1DT1M'))['now']);
        $this->assertSame('2026-07-01T00:00:00Z', $clock->advance(to: new \DateTime('2026-07-01', new \DateTimeZone('UTC')))['now']);
        $ago = \DateInterval::createFromDateString('1 hour ago');
        $this->assertSame(-3600, $clock->offset($ago)['offset_s']);
        $inverted = new \DateInterval('PT1H');
        $inverted->invert = 1;
        $this->assertSame(-3600, $clock->offset($inverted)['offset_s']);
        $mixed = \DateInterval::createFromDateString('1 day -1 hour');
        $words = $this->refused(\InvalidArgumentException::class, static fn () => $clock->advance($mixed));
        $this->assertStringContainsString('parts of both signs', $words);
    }

    public function testAnAnswerThatIsNoneHasItsStatusAndBody(): void
    {
        $this->linecard->faults->add(['status' => 503], ['action' => 'get_line']);
        $error = null;
        try {
            $this->linecard->call('get_line', id: 4521);
        } catch (LinecardError $error) {
        }
        $this->assertSame('the answer 503 is a failure: "503\n"', $error?->getMessage());
        $this->assertSame([503, "503\n"], [$error->status, $error->problem['body']]);
    }

    public function testUrlsAreThoseThatAClientNeeds(): void
    {
        foreach ([$this->linecard, $this->linecard->world()] as $one) {
            $this->assertSame(["$one->url/access/admin/index.php", "$one->url/api.php"], [$one->adminApi, $one->xcV2Api]);
        }
    }

    public function testWhatOpensThePanelIsThatOfItsSeed(): void
    {
        $this->linecard->reset(seed: 'small');
        $this->assertSame(['small0001', 'SMALL_KEY'], [$this->linecard->accessCode, $this->linecard->apiKey]);
        $this->assertSame('STATUS_SUCCESS', $this->linecard->call('get_lines')['status']);
        $this->linecard->reset();
        $this->assertSame(['access', 'YOUR_KEY'], [$this->linecard->accessCode, $this->linecard->apiKey]);
    }

    public function testSuspiciousRequestsFailACheckWhereTheyAreTo(): void
    {
        $this->linecard->failOnUnmatched();
        $this->linecard->call('get_lin');
        $seq = $this->linecard->requests()[0]['seq'];
        $this->assertSame(
            "1 suspicious request came\n"
            . "hint: forgetRequests() forgets those that a test makes on purpose\n"
            . "unmatched: #$seq POST /access/admin/index.php: there is no get_lin; did you mean get_line?",
            $this->refused(NotVerified::class, $this->linecard->check(...)),
        );
        $this->linecard->check();
    }

    public function testWhatWasExpectedIsCheckedWhenTheBlockEnds(): void
    {
        $expects = static fn (Panel $panel) => $panel->expect(['action' => 'create_line']);
        $words = $this->refused(NotVerified::class, static fn () => Panel::use(['seed' => 'docs'], $expects));
        $this->assertStringStartsWith('0 requests match, at least 1 wanted', $words);
        $fails = static fn (Panel $panel) => [$expects($panel), throw new \RangeException('its own')];
        $this->assertSame('its own', $this->refused(\RangeException::class, static fn () => Panel::use([], $fails)));
    }

    public function testTheLogIsTheServers(): void
    {
        $this->env('NOTIFY_SOCKET', '/nowhere/at/all');
        $log = Panel::use(['seed' => 'docs'], static fn (Panel $panel) => $panel->log());
        $this->assertStringContainsString('NOTIFY_SOCKET is set, but could not be written to', $log);
    }
}
