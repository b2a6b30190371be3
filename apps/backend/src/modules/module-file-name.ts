const nameLengthMaximum = 255;

/** The uploaded file's own name: no folders, nothing that a page or a terminal would take for more than text. */
export const moduleFileName = (given: string): string => {
  const base = given.split(/[/\\]/).at(-1) ?? '';
  return (
    base
      .replaceAll(/[^A-Za-z0-9._+@ -]/g, '_')
      .slice(0, nameLengthMaximum)
      .trim() || 'module.tgz'
  );
};
