// Durations and instants as people write them.
import { describe, expect, test } from 'vitest';
import { parseDuration, parseInstant } from '#src/services/planning/document/durations.js';

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2 h', 7_200_000],
    ['1d', 86_400_000],
    [1500, 1500],
    [0, 0],
    ['30', undefined],
    ['30 seconds', undefined],
    ['-5s', undefined],
    [-5, undefined],
    [1.5, undefined],
    [null, undefined],
  ])('%j is %j', (value, expected) => {
    expect(parseDuration(value)).toBe(expected);
  });
});

describe('instants', () => {
  test.each([
    ['1970-01-01T00:00:01Z', 1000],
    ['1970-01-01 01:00:00+01:00', 0],
    ['1970-01-02', 86_400_000],
    ['1970-01-01T00:00:00.250Z', 250],
    [42, 42],
    ['1970-01-01T00:00:01', undefined],
    ['2026-13-01', undefined],
    ['tomorrow', undefined],
    [true, undefined],
  ])('%j is %j', (value, expected) => {
    expect(parseInstant(value)).toBe(expected);
  });
});
