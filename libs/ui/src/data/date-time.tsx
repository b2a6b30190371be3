const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A moment in the reader's own time zone; the exact one on hovering. */
export const DateTime = ({ value }: { readonly value: string }) => {
  const moment = new Date(value);
  return (
    <time dateTime={value} title={full.format(moment)}>
      {short.format(moment)}
    </time>
  );
};
