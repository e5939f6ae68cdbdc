// Names the API that a bill is read for. All of them read alike, since an answer may have the form of another API.
import { readBill, type Bill, type BilledCall } from './bill.ts';

export type ReadBill = (body: unknown, call: BilledCall) => Bill;

export const anthropicBill: ReadBill = (body, call) => readBill(body, call);
export const googleBill: ReadBill = (body, call) => readBill(body, call);
export const openaiChatBill: ReadBill = (body, call) => readBill(body, call);
export const openaiResponsesBill: ReadBill = (body, call) => readBill(body, call);
