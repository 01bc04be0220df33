// The public API of the planner that stands alone: statewright/planning.
export {};
