import { z } from 'zod';

/** A section as the search knows it. */
export const SearchedSection = z.object({
  /** its address, by which it is named */
  id: z.string(),
  guide: z.string(),
  heading: z.string(),
  text: z.string(),
});
export type SearchedSection = z.infer<typeof SearchedSection>;
