/** One operation in the words of both programs. Cases of a group run one after the other on the same two databases. */
export interface OperationCase {
  /** Commands of ovn-nbctl that prepare both databases. */
  readonly before?: readonly (readonly string[])[];
  readonly nbctl: readonly string[];
  /** A line of `batch`. */
  readonly ovnctl: string;
  /** Both refuse, and ovnctl says this. */
  readonly refused?: RegExp;
  /** ovn-nbctl says nothing when there is nothing to do, and ovnctl that it is not there. */
  readonly silent?: true;
}
