import { type CardLanguage, html, type Html } from "./html";

/** What is on cards and on the page that hands out kubeconfigs. */
export const CARD_TEXTS = {
  title: { en: "Cards of the class {}", zh: "班级 {} 的卡片" },
  class: { en: "Class", zh: "班级" },
  name: { en: "Name", zh: "名称" },
  namespace: { en: "Namespace", zh: "命名空间" },
  get: { en: "Get your kubeconfig", zh: "领取 kubeconfig" },
  getHow: {
    en: "On the computer on which you use kubectl, open {} and type this code. It works once, until {}.",
    zh: "在要使用 kubectl 的电脑上打开 {}，输入下面的代码。代码只能用一次，{} 前有效。",
  },
  valid: {
    en: "Your kubeconfig is valid for {} hours. It opens your lab: give it to nobody.",
    zh: "kubeconfig 的有效期为 {} 小时。它能打开你的实验环境，不要给别人。",
  },
  warning: {
    en: "The browser may warn that it does not know the certificate: compare its SHA-256 with the one that your teacher shows.",
    zh: "浏览器可能会提示不认识证书：请把它的 SHA-256 与老师显示的核对。",
  },
  qr: { en: "QR code to your kubeconfig", zh: "领取 kubeconfig 的二维码" },
  first: { en: "First commands, where the file is", zh: "在文件所在目录先运行" },
  reset: { en: "To begin again", zh: "从头开始" },
  resetHow: {
    en: "Ask your teacher for a reset: namespace, volumes and password are new, and you get a new card. The teacher runs {}",
    zh: "请老师重置：命名空间、卷和密码都是新的，并得到一张新卡片。老师运行 {}",
  },
  resetShort: { en: "To begin again, ask your teacher for a reset.", zh: "要从头开始，请老师重置。" },

  handOut: { en: "Get your kubeconfig", zh: "领取 kubeconfig" },
  handOutHow: {
    en: "It is given out once. Do this on the computer on which you use kubectl, and keep the file.",
    zh: "只能领取一次。请在要使用 kubectl 的电脑上操作，并保存好文件。",
  },
  code: { en: "Code on your card", zh: "卡片上的代码" },
  button: { en: "Download the kubeconfig", zh: "下载 kubeconfig" },
  refused: {
    en: "Nothing is given out for this code. It may be mistyped, used, replaced by a new card, or too old. Your teacher makes a new card.",
    zh: "这个代码领取不到任何东西：可能输入有误、已经用过、被新卡片取代或已过期。请老师制作新卡片。",
  },
  wait: {
    en: "Too many wrong codes. Try again in {} seconds.",
    zh: "错误的代码太多，请 {} 秒后再试。",
  },
  broken: {
    en: "The cluster gave no access just now. Your code is still good: try again, and tell your teacher.",
    zh: "集群暂时没有给出访问权限。代码仍然有效：请稍后再试，并告诉老师。",
  },
  elsewhere: { en: "Open this page itself to send the form.", zh: "请直接打开本页再提交。" },
} as const;

export type CardText = keyof typeof CARD_TEXTS;

/** Says texts in a language; `{}` in them stands for the values. */
export const speaker =
  (language: CardLanguage) =>
  (text: CardText, ...values: unknown[]): Html => {
    const parts = CARD_TEXTS[text][language].split("{}");
    return html`${parts.map((part, index) => (index === 0 ? part : [values[index - 1], part]))}`;
  };
