<?php

declare(strict_types=1);

namespace Linecard;

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
     * What `Panel::start` takes, by name; classes that say the same share a server.
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
        $this->linecard = Servers::of(static::linecardOptions());
        $this->linecard->reset();
        $this->linecard->takeVerified();
    }

    /** @postCondition */
    #[PostCondition]
    protected function checkLinecard(): void
    {
        $this->linecard->check();
        $this->addToAssertionCount($this->linecard->takeVerified());
    }
}
