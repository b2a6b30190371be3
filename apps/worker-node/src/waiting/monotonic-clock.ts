/** Milliseconds of a clock that nobody sets. The one of `performance` is a part of Node that takes `exec` a while to load. */
export const monotonicMilliseconds = (): number => process.uptime() * 1000;
