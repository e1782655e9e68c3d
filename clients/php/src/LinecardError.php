<?php

declare(strict_types=1);

namespace Linecard;

/** The control plane's refusal, or an answer that is none. */
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
