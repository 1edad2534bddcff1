declare global {
  namespace App {
    interface PageState {
      from?: string;
    }
  }
}

export {};
