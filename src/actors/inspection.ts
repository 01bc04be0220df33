// Inspection: XState's inspection events with their true source. Mail goes through one queue, so XState
// itself does not know who sent it; the actor system does.
import type { ActorRefLike, InspectionEvent } from 'xstate';

export interface Inspection {
  /** To be given to every root actor; undefined when nobody inspects, so that nothing is paid for it. */
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  /** Says who sent the event that is being delivered. */
  from(source: ActorRefLike | undefined): void;
}

/** Passes inspection events on to a host's inspector; an inspector that throws is ignored. */
export function createInspection(observer: ((event: InspectionEvent) => void) | undefined): Inspection {
  let source: ActorRefLike | undefined;
  if (observer === undefined) return { inspect: undefined, from: () => {} };
  return {
    inspect: (event) => {
      const known = event.type === '@xstate.event' && event.sourceRef === undefined && source !== undefined;
      try {
        observer(known ? { ...event, sourceRef: source } : event);
      } catch {
        // An inspector is a view: it must not change what happens.
      }
    },
    from: (sender) => {
      source = sender;
    },
  };
}
