<?php

declare(strict_types=1);

namespace Linecard;

// PHPUnit takes its own class for a test that fails, and every other for a test that is broken.
if (class_exists(\PHPUnit\Framework\AssertionFailedError::class)) {
    /** A test that fails. */
    abstract class Failure extends \PHPUnit\Framework\AssertionFailedError
    {
    }
} else {
    /** A test that fails. */
    abstract class Failure extends \RuntimeException
    {
    }
}
