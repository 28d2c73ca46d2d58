/** Control: something to import. */
export class Store {
  readonly kind = "store";
}
