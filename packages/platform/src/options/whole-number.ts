import { InvalidArgumentError } from 'commander'

/** A parser of whole numbers for an option of a command line. */
export function wholeNumber({ name, min, max }: { readonly name: string; readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`${name} takes a whole number from ${min} to ${max}.`)
  }
}
