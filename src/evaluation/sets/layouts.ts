/** A set whose parts lie in folders of their own and go by the same names. */
export interface FolderLayout {
  readonly name: string;
  /** Where the parts' folders may lie below the given one; the first that has them counts. */
  readonly roots: readonly string[];
  /** What each part's folder may be called; the first that is there counts. */
  readonly image: readonly string[];
  /** Pictures, or folders of pictures: one for each kind of trimap. */
  readonly trimap: readonly string[];
  /** Empty where the truth is not published. */
  readonly truth: readonly string[];
  /** The truth is the foreground's, which composites `NAME_0`, `NAME_1`, … share, unless each has its own. */
  readonly truthOfForeground?: true;
}

/** The test set of alphamatting.com, which scores what one sends in. */
export const ALPHAMATTING_TEST: FolderLayout = {
  name: 'alphamatting.com, test set',
  roots: [''],
  image: ['input_lowres', 'input_highres'],
  trimap: ['trimap_lowres', 'trimap_highres'],
  truth: [],
};

/**
 * The layouts known by their folders.
 *
 * - Composition-1k (Xu et al., *Deep Image Matting*, CVPR 2017) is handed out as foregrounds and mattes, and composed by
 *   whoever uses it; the results lie in `merged` beside the archive's folders, or with trimaps and mattes a composite.
 * - alphamatting.com (Rhemann et al., CVPR 2009) has two trimaps for each training picture, three for each test picture.
 */
export const FOLDER_LAYOUTS: readonly FolderLayout[] = [
  {
    name: 'folders image, trimap, alpha',
    roots: [''],
    image: ['image', 'images'],
    trimap: ['trimap', 'trimaps'],
    truth: ['alpha', 'alphas'],
  },
  {
    name: 'Composition-1k',
    roots: ['', 'Test_set', 'Combined_Dataset/Test_set'],
    image: ['merged', 'merged_test'],
    trimap: ['trimaps', 'trimaps_test'],
    truth: ['alpha_copy', 'alpha', 'alpha_test'],
    truthOfForeground: true,
  },
  {
    name: 'Composition-1k, the archive’s folders',
    roots: ['', 'Test_set', 'Combined_Dataset/Test_set'],
    image: ['merged', 'merged_test'],
    trimap: ['Adobe-licensed images/trimaps'],
    truth: ['Adobe-licensed images/alpha'],
    truthOfForeground: true,
  },
  {
    name: 'alphamatting.com, training set',
    roots: [''],
    image: ['input_training_lowres'],
    trimap: ['trimap_training_lowres'],
    truth: ['gt_training_lowres'],
  },
  {
    name: 'alphamatting.com, training set at full size',
    roots: [''],
    image: ['input_training_highres'],
    trimap: ['trimap_training_highres'],
    truth: ['gt_training_highres'],
  },
  ALPHAMATTING_TEST,
];
