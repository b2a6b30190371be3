const places = '[role="table"], fieldset, form, section';

/** A section is read out by its heading: on its own it has no name. */
const targetIn = (place: Element): Element =>
  place.matches('section:not([role])') ? (place.querySelector('h1, h2, h3') ?? place) : place;

const ancestorsOf = (element: Element): Element[] => {
  const place = element.parentElement?.closest(places) ?? null;
  return place === null ? [] : [place, ...ancestorsOf(place)];
};

const focused = (element: Element | undefined): boolean => {
  if (!(element instanceof HTMLElement)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
};

/**
 * Remembers where an element is.
 * @returns gives the focus to it or, once it is gone, to what it was in, so that the keyboard goes on from there; false where all of
 * that is gone
 */
export const focusKept = (element: HTMLElement): (() => boolean) => {
  const around = ancestorsOf(element);
  return () => {
    if (focused(element)) return true;
    const place = around.find(({ isConnected }) => isConnected);
    const target = place && targetIn(place);
    if (target?.hasAttribute('tabindex') === false) target.setAttribute('tabindex', '-1');
    return focused(target);
  };
};
