<?php

declare(strict_types=1);

namespace Linecard\Tests;

use Linecard\Binary;
use PHPUnit\Framework\TestCase;

/** The trait as a project has it: in a PHPUnit of its own. */
final class TraitTest extends TestCase
{
    /**
     * Runs a test file; answers the exit code and what was said.
     *
     * @param list<string> $before
     * @return array{int, string}
     */
    private function phpunit(string $class, string $code, array $before = []): array
    {
        $folder = sys_get_temp_dir() . '/linecard-' . bin2hex(random_bytes(8));
        mkdir($folder);
        file_put_contents("$folder/$class.php", "<?php\n$code");
        $runner = [PHP_BINARY, $_SERVER['argv'][0], '--no-configuration', '--do-not-cache-result'];
        $command = [...$before, ...$runner, '--bootstrap', __DIR__ . '/bootstrap.php', "$folder/$class.php"];
        $process = proc_open($command, [1 => ['pipe', 'w']], $pipes, $folder);
        $said = stream_get_contents($pipes[1]);
        $code = proc_close($process);
        unlink("$folder/$class.php");
        rmdir($folder);
        return [$code, $said];
    }

    public function testTheExampleOfTheReadmePassesAsPrinted(): void
    {
        $readme = file_get_contents(dirname(__DIR__) . '/README.md');
        $this->assertSame(1, preg_match('/```php\n(.*?)```/s', $readme, $found));
        [$code, $said] = $this->phpunit('BotTest', $found[1]);
        $this->assertSame(0, $code, $said);
        $this->assertStringContainsString('OK (1 test, 4 assertions)', $said);
    }

    public function testAnExpectationThatIsNotMetFailsTheTestAndNoOther(): void
    {
        [$code, $said] = $this->phpunit('ExpectsTest', <<<'PHP'
            final class ExpectsTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                public function testExpects(): void
                {
                    $this->linecard->expect(['action' => 'create_line'], times: 1);
                }

                public function testAnother(): void
                {
                    $this->linecard->expect(['action' => 'get_lines']);
                    $this->linecard->call('get_lines');
                }
            }
            PHP);
        $this->assertSame(1, $code, $said);
        $this->assertStringContainsString('0 requests match, exactly 1 wanted', $said);
        $this->assertStringContainsString('Tests: 2, Assertions: 1, Failures: 1.', $said);
    }

    public function testOptionsAreTheClassesOwnAndEachTestBeginsAtTheStart(): void
    {
        [$code, $said] = $this->phpunit('OptionsTest', <<<'PHP'
            final class OptionsTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                protected static function linecardOptions(): array
                {
                    return ['seed' => 'docs', 'strict' => true];
                }

                /**
                 * @testWith [1]
                 *           [2]
                 */
                public function testStrict(int $time): void
                {
                    $this->assertTrue($this->linecard->info()['strict']);
                    $this->assertSame('STATUS_SUCCESS', $this->linecard->call('delete_line', id: 4521)['status']);
                    $this->assertSame(1, $this->linecard->count([]));
                }
            }
            PHP);
        $this->assertSame(0, $code, $said);
        $this->assertStringContainsString('OK (2 tests, 6 assertions)', $said);
    }

    public function testEachTestCanHaveAWorld(): void
    {
        [$code, $said] = $this->phpunit('WorldTest', <<<'PHP'
            final class WorldTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                protected static function linecardOptions(): array
                {
                    return ['seed' => 'docs', 'world' => true];
                }

                /**
                 * @testWith ["world-1"]
                 *           ["world-2"]
                 */
                public function testWorld(string $name): void
                {
                    $this->assertSame($name, $this->linecard->worldName);
                    $this->assertSame(0, $this->linecard->count([]));
                    $server = \Linecard\Servers::of(['seed' => 'docs']);
                    $this->assertSame([$name], array_column($server->worlds(), 'id'));
                    $this->linecard->expect(['action' => 'get_lines']);
                    $this->linecard->call('get_lines');
                }

                public function testExpects(): void
                {
                    $this->linecard->expect(['action' => 'create_line']);
                }
            }
            PHP);
        $this->assertSame(1, $code, $said);
        $this->assertStringContainsString('Tests: 3, Assertions: 8, Failures: 1.', $said);
    }

    public function testProcessesSideBySideUnderLinecardRunHaveWorlds(): void
    {
        $run = [Binary::find(), 'run', '--seed', 'docs', '--control', '--', 'env', 'TEST_TOKEN=2'];
        [$code, $said] = $this->phpunit('SideBySideTest', <<<'PHP'
            final class SideBySideTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                public function testWorld(): void
                {
                    $this->assertSame('world-1', $this->linecard->worldName);
                }
            }
            PHP, $run);
        $this->assertSame(0, $code, $said);
    }

    private const TYPO = <<<'PHP'
                public function testATypo(): void
                {
                    $this->assertSame('STATUS_FAILURE', $this->linecard->call('get_lin')['status']);
                }

                public function testAnother(): void
                {
                    $this->assertSame('STATUS_SUCCESS', $this->linecard->call('get_lines')['status']);
                }
            }
            PHP;

    public function testATypoFailsTheTestThatMakesIt(): void
    {
        [$code, $said] = $this->phpunit('TypoTest', <<<'PHP'
            final class TypoTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                protected static function linecardOptions(): array
                {
                    return ['seed' => 'docs', 'failOnUnmatched' => true];
                }

                public function testOnPurpose(): void
                {
                    $this->linecard->call('get_lin');
                    $this->linecard->forgetRequests();
                }

            PHP . self::TYPO);
        $this->assertSame(1, $code, $said);
        $this->assertStringContainsString('there is no get_lin; did you mean get_line?', $said);
        $this->assertStringContainsString('Tests: 3, Assertions: 4, Failures: 1.', $said);
    }

    public function testATypoUnderLinecardRunEndsItWith3(): void
    {
        $told = tempnam(sys_get_temp_dir(), 'linecard-');
        $journal = "$told.jsonl";
        $run = ['sh', '-c', 'exec 2>"$0"; exec "$@"', $told, Binary::find(), 'run', '--seed', 'docs', '--control'];
        $run = [...$run, '--fail-on-unmatched', '--journal-out', $journal, '--'];
        [$code, $said] = $this->phpunit('RunTypoTest', <<<'PHP'
            final class RunTypoTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                public function testAWorld(): void
                {
                    $this->assertSame('STATUS_FAILURE', $this->linecard->world()->call('get_lin')['status']);
                }

            PHP . self::TYPO, $run);
        $lines = explode("\n", trim(file_get_contents($told)));
        $asked = array_map(static fn (string $line): string => json_decode($line, true)['action'], file($journal));
        array_map('unlink', [$told, $journal]);
        $this->assertSame(3, $code, $said);
        $this->assertStringContainsString('OK (3 tests, 3 assertions)', $said);
        $story = 'POST /access/admin/index.php: there is no get_lin; did you mean get_line?';
        sort($lines);
        $this->assertSame(["linecard: unmatched in world-1: $story", "linecard: unmatched: $story"], $lines);
        $this->assertEqualsCanonicalizing(['get_lin', 'get_lin', 'get_lines'], $asked);
    }

    public function testUnderLinecardRunThePanelIsTheOneThatRuns(): void
    {
        $run = [Binary::find(), 'run', '--seed', 'docs', '--control', '--'];
        [$code, $said] = $this->phpunit('RunTest', <<<'PHP'
            final class RunTest extends \PHPUnit\Framework\TestCase
            {
                use \Linecard\UsesLinecard;

                public function testUrl(): void
                {
                    $this->assertSame(getenv('LINECARD_URL'), $this->linecard->url);
                }
            }
            PHP, $run);
        $this->assertSame(0, $code, $said);
    }
}
