// Loaded before a program: its clock is off by so many milliseconds. What counts the time since the start of the machine is not.
const shift = Number(process.env.TEST_CLOCK_SHIFT);
const now = Date.now.bind(Date);

globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [now() + shift] : given));
  }

  static now() {
    return now() + shift;
  }
};
