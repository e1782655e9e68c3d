<?php

declare(strict_types=1);

namespace Linecard;

use PHPUnit\Framework\Attributes\After;
use PHPUnit\Framework\Attributes\Before;
use PHPUnit\Framework\Attributes\PostCondition;

/**
 * For a PHPUnit test case: `$this->linecard`, a panel as it was at the start, for each test. The server
 * is started once a process; under `linecard run -- phpunit` it is the one that runs already.
 */
trait UsesLinecard
{
    protected Panel $linecard;

    /**
     * What `Panel::start` takes, by name; classes that say the same share a server. With `'world' => true`
     * each test has a world of its own; with `'failOnUnmatched' => true` a test fails that makes suspicious requests.
     *
     * @return array<string, mixed>
     */
    protected static function linecardOptions(): array
    {
        return ['seed' => 'docs'];
    }

    /** @before */
    #[Before]
    protected function resetLinecard(): void
    {
        $options = static::linecardOptions();
        // Processes that paratest has side by side under `linecard run` share its server.
        $shared = getenv('LINECARD_CONTROL_URL') !== false && getenv('TEST_TOKEN') !== false;
        $world = $shared || ($options['world'] ?? false);
        $fails = $options['failOnUnmatched'] ?? false;
        unset($options['world'], $options['failOnUnmatched']);
        $server = Servers::of($options);
        $this->linecard = $world ? $server->world() : $server;
        $world || $server->reset();
        $this->linecard->takeVerified();
        $this->linecard->failOnUnmatched($fails);
    }

    /** @postCondition */
    #[PostCondition]
    protected function checkLinecard(): void
    {
        $this->linecard->check();
        $this->addToAssertionCount($this->linecard->takeVerified());
    }

    /** @after */
    #[After]
    protected function endLinecardWorld(): void
    {
        // It is not there when the test was stopped before it began; a server goes on for the next one.
        if (isset($this->linecard) && $this->linecard->worldName !== 'main') {
            $this->linecard->close();
        }
    }
}
