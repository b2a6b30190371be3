const fields = 'input:not([tabindex="-1"]), textarea, button';

/** Moves the focus to the first field at fault inside the configuration's group, or else to its first field. */
export const focusConfiguration = (group: HTMLElement | null) => {
  group?.scrollIntoView({ block: 'start' });
  const field = group?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? group?.querySelector<HTMLElement>(fields);
  field?.focus({ preventScroll: true });
};
