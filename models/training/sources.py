"""The picture collections the models learn from, and the terms they state."""

LICENCES = {
    "openlpr": "Apache-2.0 (faisalthaheem/open-lpr-dataset-plate-detection)",
    "kaggle_cars433": "none stated, said to be CC0 (andrewmvd, car-plate-detection)",
    "internet_cars225": "none stated (Asikpalysik/Automatic-License-Plate-Detection)",
    "egypt_cars": "none stated, citation asked (EALPR: Youssef, Sayed, Ali 2022)",
    "egypt_motorcycles": "all rights reserved, use invited (Tarteel Elattar)",
    "tunisia": "none stated (ankitgeotek, Raj030222)",
    "neg_road_signs": "none stated, said to be CC0 (andrewmvd, road-sign-detection)",
    "neg_gray_misc": "AGPL-3.0 (openalpr/train-detector)",
    "openalpr_us_crops": "AGPL-3.0 (openalpr/benchmarks)",
    "openalpr_eu_crops": "AGPL-3.0 (openalpr/train-detector)",
    "openalpr_br_crops": "AGPL-3.0 (openalpr/train-detector)",
    "czech_crops": "none stated (thaole04/DA)",
    "vietnam_crops": "none stated (thaole04/DA)",
    "china_crops": "Apache-2.0 (sirius-ai/LPRNet_Pytorch)",
    "easypr_china": "General Data Share License 0.1 (liuruoze/EasyPR)",
    "teacher": "texts of unlabelled plates by fast-alpr (MIT) on frames listed above",
    "more": "texts of ours, read by eye or by two readers, on frames listed above",
    "synthetic": "drawn by models/training/synthesis (Apache-2.0)",
}
