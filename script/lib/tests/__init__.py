"""Tests of the scripts themselves; script/test runs them."""
