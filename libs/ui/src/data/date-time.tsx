const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A time in the reader's time zone, exact on hover. */
export const DateTime = ({ value }: { readonly value: string }) => {
  const moment = new Date(value);
  return (
    <time dateTime={value} title={full.format(moment)} style={{ whiteSpace: 'nowrap' }}>
      {short.format(moment)}
    </time>
  );
};
