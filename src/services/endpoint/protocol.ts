// Endpoint protocol: what goes over the loopback between an engine and other processes, as both sides read it.
//
//   POST /call    {"method": …, "params": …}  →  {"ok": true, "value": …} | {"ok": false, "error": {code, message, problems}}
//   GET  /events?from=&goal=&follow=&until=   →  one JSON object a line: {"value": …} …, then {"end": "done" | "closed"}
//                                                 or {"end": "error", "error": {…}}
import { z } from 'zod';
import { EngineError, type EngineErrorCode, type Problem } from '../../errors.js';
import { Json } from '../../model/scalars.js';

/** The largest body of a call, in bytes: plans of 100,000 tasks fit. */
export const maxBodyBytes = 16 * 1024 * 1024;

export const CallRequest = z.strictObject({ method: z.string().min(1).max(100), params: Json.optional() });
export type CallRequest = z.infer<typeof CallRequest>;

/** An {@link EngineError} as it is sent. The code is not checked against a list: the other side may be newer. */
export const SentError = z.object({
  code: z.string(),
  message: z.string(),
  problems: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        file: z.string().optional(),
        line: z.number().optional(),
        column: z.number().optional(),
        hint: z.string().optional(),
      }),
    )
    .default([]),
});
export type SentError = z.infer<typeof SentError>;

export const CallReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: SentError }),
]);
export type CallReply = z.infer<typeof CallReply>;

/** Which facts a reader wants, and how long. */
export const EventsQuery = z.strictObject({
  /** The first fact, from 1 [1]. */
  from: z.coerce.number().int().min(1).optional(),
  goal: z.string().optional(),
  /** Goes on when the end is reached [true]. */
  follow: z.stringbool().optional(),
  /** `goal`: ends when the goal has ended. `close` [default]: ends with the engine. */
  until: z.enum(['goal', 'close']).optional(),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

export const StreamLine = z.union([
  z.strictObject({ end: z.enum(['done', 'closed']) }),
  z.strictObject({ end: z.literal('error'), error: SentError }),
  z.strictObject({ value: z.unknown() }),
]);
export type StreamLine = z.infer<typeof StreamLine>;

/** What answers the calls. Each call's signal is aborted when its caller has gone or the endpoint closes. */
export interface EndpointHandler {
  call(method: string, params: Json | undefined, signal: AbortSignal): Promise<unknown>;
  events(query: EventsQuery, signal: AbortSignal): AsyncIterable<unknown>;
}

/** An error as it is sent. What is no {@link EngineError} is a bug, and is sent without its stack. */
export function toSent(error: unknown): SentError {
  if (error instanceof EngineError) {
    return { code: error.code, message: error.message, problems: error.problems as SentError['problems'] };
  }
  return {
    code: 'ENGINE_INVARIANT',
    message: error instanceof Error ? error.message : String(error),
    problems: [],
  };
}

/** A sent error as it is thrown on this side. */
export function fromSent(sent: SentError): EngineError {
  return new EngineError(sent.code as EngineErrorCode, sent.message, {
    problems: sent.problems as readonly Problem[],
  });
}
