// The public API of the scheduler that stands alone: statewright/scheduling.
export {};
