<?php

declare(strict_types=1);

namespace Linecard;

/** There is no `linecard` to start; the message says how to get one. */
final class BinaryNotFound extends \RuntimeException
{
}
