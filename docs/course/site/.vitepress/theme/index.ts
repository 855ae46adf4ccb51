import DefaultTheme from "vitepress/theme";
import "./print.css";

export default DefaultTheme;
