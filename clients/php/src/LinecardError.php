<?php

declare(strict_types=1);

namespace Linecard;

/**
 * The control plane's refusal, or an answer that a panel does not give when it works. `status` is the HTTP status, 0 where there
 * was no answer; `problem` has the `body` of an answer that is not the control plane's.
 */
final class LinecardError extends \RuntimeException
{
    public readonly int $status;
    public readonly string $detail;
    public readonly string $hint;

    /** @param array<string, mixed> $problem The problem document as it came. */
    public function __construct(public readonly array $problem)
    {
        $this->status = $problem['status'] ?? 0;
        $this->detail = $problem['detail'];
        $this->hint = $problem['hint'] ?? '';
        parent::__construct($this->hint === '' ? $this->detail : "$this->detail: $this->hint");
    }
}
