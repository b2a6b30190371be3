/** Of a value that is made at random, where nobody says another. */
export const generatedLength = 32;
