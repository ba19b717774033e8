export { type Address, type Network, parseAddress } from "./address.js";
export { AddressBuckets, type Budget, makeRoom } from "./buckets.js";
