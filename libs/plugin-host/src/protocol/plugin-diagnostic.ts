/** What the sandbox tells an author about a call, beside its answer. Every text is cut to `longestDiagnosticText`. */
export type SandboxDiagnostic =
  | {
      readonly kind: 'error';
      /** a method of the interface; `import` and `constructor` during the start */
      readonly method: string;
      readonly name: string;
      readonly message: string;
      /** with the causes, and in the author's own files and lines if there is a source map */
      readonly stack: string;
    }
  | {
      readonly kind: 'wrong-type';
      readonly method: string;
      /** what the interface asks for, such as `text of 1 to 1,024 characters` */
      readonly expected: string;
      /** the type of what came back, such as `a number`; never the value */
      readonly got: string;
    }
  | {
      readonly kind: 'refused-destination';
      /** null if it is not known which call asked for it */
      readonly method: string | null;
      /** `host:port`, or the name of a look-up */
      readonly destination: string;
    };

export const longestDiagnosticText = 12_000;

/** The header of a frame whose body is a `SandboxDiagnostic` in JSON. */
export const diagnosticHeader = { diagnostic: true };
