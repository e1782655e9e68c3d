<?php

declare(strict_types=1);

namespace Linecard;

/** The server refused to start; the message is its own. */
final class NotStarted extends \RuntimeException
{
}
